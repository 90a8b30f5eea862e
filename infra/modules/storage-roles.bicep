metadata description = 'Role assignments on individual containers and tables of a storage account.'

@description('Name of the storage account.')
param accountName string

@description('Object id of the principal.')
param principalId string

@description('Type of the principal.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param principalType string = 'ServicePrincipal'

@description('Containers in which the principal may read, write, delete and lease blobs.')
param containers string[]

@description('Tables in which the principal may read and write rows.')
param tables string[]

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' // Storage Table Data Contributor

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: accountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' existing = [for name in containers: { name: name }]
  }

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource table 'tables' existing = [for name in tables: { name: name }]
  }
}

resource onContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in containers: {
    name: guid(account::blobs::container[i].id, principalId, blobDataContributor)
    scope: account::blobs::container[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
      principalId: principalId
      principalType: principalType
    }
  }
]

resource onTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in tables: {
    name: guid(account::tableService::table[i].id, principalId, tableDataContributor)
    scope: account::tableService::table[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableDataContributor)
      principalId: principalId
      principalType: principalType
    }
  }
]
